package dev.stlm.serving;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Lists the properties that somebody gave, without the four hundred that have a value by default.
 * The list is looked through for names that nothing knows, which a name with a default is not, and
 * for keys of maps, which are quoted.
 */
final class GivenNames implements ConfigSourceInterceptor {
  private final transient Map<String, String> defaults;

  /**
   * Leaves out what has a default.
   *
   * @param defaults values by name; may grow until the names are asked for
   */
  GivenNames(Map<String, String> defaults) {
    this.defaults = defaults;
  }

  @Override
  public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    return context.proceed(name);
  }

  @Override
  public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
    List<String> given = new ArrayList<>();
    context
        .iterateNames()
        .forEachRemaining(name -> {
          if (!defaults.containsKey(name) || name.indexOf('"') >= 0) {
            given.add(name);
          }
        });
    return given.iterator();
  }
}
