package dev.stlm.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.serving.cli.ServeCommand;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;

/** The parser reads options by reflection: in an executable it finds those of listed classes. */
class ServerReflectionTest {
  @Test
  void everyClassWithOptionsIsListed() {
    RegisterForReflection listed =
        Objects.requireNonNull(Server.class.getAnnotation(RegisterForReflection.class));
    Set<String> names = new TreeSet<>(List.of(listed.classNames()));
    for (Class<?> type : listed.targets()) {
      names.add(type.getName());
    }
    Set<Class<?>> withOptions = new HashSet<>();
    Deque<Class<?>> left = new ArrayDeque<>(List.of(ServeCommand.class));
    while (!left.isEmpty()) {
      Class<?> type = left.pop();
      if (withOptions.add(type)) {
        for (Field field : type.getDeclaredFields()) {
          if (field.isAnnotationPresent(Mixin.class) || field.isAnnotationPresent(ArgGroup.class)) {
            left.add(field.getType());
          }
        }
      }
    }
    assertThat(withOptions).hasSizeGreaterThan(1);
    assertThat(names).containsAll(withOptions.stream().map(Class::getName).toList());
  }
}
