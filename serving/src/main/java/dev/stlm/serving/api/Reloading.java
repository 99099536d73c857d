package dev.stlm.serving.api;

import dev.stlm.tokenizer.InvalidInputException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Loads models anew while requests go on: all of them at the signal SIGHUP, and those whose files
 * have changed, where the server was told to look. A checkpoint that can not be loaded costs a line
 * in the log: the old model goes on.
 */
@Singleton
final class Reloading {
  private static final Logger LOG = Logger.getLogger(Reloading.class);

  private final Serving serving;
  private final int seconds;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Reloading::thread);

  // by name of the model; for the thread
  private final Map<String, FileStamps> loaded = new HashMap<>();
  private final Map<String, FileStamps> seen = new HashMap<>();

  @Inject
  Reloading(Serving serving, ServeConfig config) {
    this.serving = serving;
    this.seconds = config.reload();
  }

  void start(@Observes StartupEvent event) {
    if (seconds > 0) {
      serving.directories().forEach((name, directory) -> remember(name, stamps(directory)));
      ScheduledFuture<?> _ =
          thread.scheduleWithFixedDelay(this::lookForChanges, seconds, seconds, TimeUnit.SECONDS);
    }
    if (!HangUp.handle(() -> thread.execute(this::reloadAll))) {
      LOG.debug("There is no signal here to load models anew");
    }
  }

  void stop(@Observes ShutdownEvent event) {
    thread.shutdownNow();
  }

  private static Thread thread(Runnable task) {
    Thread thread = Thread.ofPlatform().name("stlm-reload").daemon(true).unstarted(task);
    // it may be made on the thread of a signal, whose class loader knows no runtime
    thread.setContextClassLoader(Reloading.class.getClassLoader());
    return thread;
  }

  /** Loads every model anew, one after the other. */
  private void reloadAll() {
    serving.directories().forEach((name, directory) -> reload(name, stamps(directory)));
  }

  /** Loads those whose files have changed and then stayed the same from one look to the next. */
  private void lookForChanges() {
    serving
        .directories()
        .forEach((name, directory) -> {
          FileStamps now = stamps(directory);
          boolean changed = !now.equals(loaded.get(name)) && !now.files().isEmpty();
          if (changed && now.equals(seen.put(name, now))) {
            reload(name, now);
          }
        });
  }

  private void reload(String name, FileStamps stamps) {
    // also where it fails: the same files are not tried again and again
    remember(name, stamps);
    try {
      serving.reload(name);
      LOG.infof("The model %s was loaded anew", name);
    } catch (InvalidInputException e) {
      LOG.errorf("The model %s stays as it is: %s", name, e.getMessage());
    } catch (RuntimeException | InternalError | OutOfMemoryError e) {
      LOG.errorf(e, "The model %s stays as it is: loading it anew failed", name);
    }
  }

  private void remember(String name, FileStamps stamps) {
    loaded.put(name, stamps);
    seen.put(name, stamps);
  }

  private static FileStamps stamps(Path directory) {
    try {
      return FileStamps.of(directory);
    } catch (UncheckedIOException e) {
      LOG.errorf("%s: can not be looked at (%s)", directory, e.getCause());
      return new FileStamps(Map.of());
    }
  }
}
