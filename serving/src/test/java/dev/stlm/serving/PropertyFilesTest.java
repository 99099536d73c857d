package dev.stlm.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an executable leaves out when it looks for properties. */
class PropertyFilesTest {
  @Test
  void anEnvironmentSaysSomethingIfAVariableMayBeAProperty() {
    assertThat(PropertyFiles.saysSomething(Set.of("PATH", "HOME", "TMP_DIR"))).isFalse();
    assertThat(PropertyFiles.saysSomething(Set.of("PATH", "QUARKUS_HTTP_PORT"))).isTrue();
    assertThat(PropertyFiles.saysSomething(Set.of("_PROD_QUARKUS_LOG_LEVEL"))).isTrue();
    assertThat(PropertyFiles.saysSomething(Set.of("quarkus.http.port"))).isTrue();
    assertThat(PropertyFiles.saysSomething(Set.of("STLM_SERVE_MODEL"))).isTrue();
    assertThat(PropertyFiles.saysSomething(Set.of("MP_CONFIG_PROFILE"))).isTrue();
  }

  @Test
  void aValueMayReferToVariables() {
    assertThat(PropertyFiles.refersToOthers(List.of("/usr/lib", "a$b", ""))).isFalse();
    assertThat(PropertyFiles.refersToOthers(List.of("1", "${HOME}/stlm.log"))).isTrue();
  }

  @Test
  void namesWithADefaultAreNotListedButHaveTheirValues() {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();
    builder.withDefaultValues(
        Map.of("port", "80", "size", "1", "category.\"stlm.access\".level", "INFO"));
    builder.withInterceptors(new GivenNames(builder.getDefaultValues()));
    builder.withDefaultValue("later", "2");
    builder.withSources(
        new PropertiesConfigSource(Map.of("port", "81", "prot", "82"), "given", 300));
    SmallRyeConfig config = builder.build();
    assertThat(config.getPropertyNames())
        .containsExactlyInAnyOrder("prot", "category.\"stlm.access\".level");
    assertThat(config.getRawValue("port")).isEqualTo("81");
    assertThat(config.getRawValue("size")).isEqualTo("1");
    assertThat(config.getRawValue("later")).isEqualTo("2");
  }
}
