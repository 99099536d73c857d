package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.RuntimeProvider;
import dev.stlm.model.checkpoint.CheckpointFormat;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.PatcherProvider;
import dev.stlm.tokenizer.TokenizerProvider;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An executable has only what is listed: a service or record that is added must be listed, too. */
class CheckpointReflectionTest {
  private static final List<Class<?>> LISTED =
      List.of(
          Objects.requireNonNull(
                  CheckpointReflection.class.getAnnotation(RegisterForReflection.class))
              .targets());

  @ParameterizedTest
  @ValueSource(
      classes = {
        CheckpointFormat.class,
        PatcherProvider.class,
        RuntimeProvider.class,
        TokenizerProvider.class
      })
  void everyServiceIsListed(Class<?> service) {
    List<Class<?>> found = new ArrayList<>();
    ServiceLoader.load(service).stream()
        .map(ServiceLoader.Provider::type)
        .filter(type -> !type.getName().startsWith("dev.stlm.serving.kit."))
        .forEach(found::add);
    assertThat(found).isNotEmpty();
    assertThat(LISTED).containsAll(found);
  }

  @Test
  void everyPartOfAConfigIsListed() {
    Set<Class<?>> seen = new HashSet<>();
    Deque<Class<?>> left = new ArrayDeque<>(List.of(ModelConfig.class));
    while (!left.isEmpty()) {
      Class<?> type = left.pop();
      if (!type.getName().startsWith("dev.stlm.") || !seen.add(type)) {
        continue;
      }
      if (type.isSealed()) {
        left.addAll(List.of(type.getPermittedSubclasses()));
      }
      if (type.isRecord()) {
        for (var component : type.getRecordComponents()) {
          left.add(component.getType());
          if (component.getGenericType() instanceof java.lang.reflect.ParameterizedType p) {
            for (var argument : p.getActualTypeArguments()) {
              if (argument instanceof Class<?> c) {
                left.add(c);
              }
            }
          }
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(15);
    assertThat(LISTED).containsAll(seen);
  }
}
