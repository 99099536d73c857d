package dev.stlm.serving.api;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * The signal SIGHUP, which asks a server to read its files anew. Java has no public way to hear of
 * signals; what module jdk.unsupported has for it is found by reflection, since the compiler warns
 * of its names and the warning can not be turned off.
 */
final class HangUp {
  private HangUp() {}

  /**
   * Runs something at every signal from now on, on a thread of the JVM; it must return quickly.
   *
   * @return false if this system or this JVM has no such signal
   */
  @SuppressWarnings("ReferenceEquality") // a handler is equal to itself only
  static boolean handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              HangUp.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "SIGHUP handler";
                  });
      Object hangUp = signal.getConstructor(String.class).newInstance("HUP");
      Object earlier = signal.getMethod("handle", signal, handler).invoke(null, hangUp, proxy);
      return earlier != null;
    } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException e) {
      return false;
    } catch (InstantiationException | InvocationTargetException e) {
      // a system without it, or a JVM that keeps signals for itself
      return false;
    }
  }
}
