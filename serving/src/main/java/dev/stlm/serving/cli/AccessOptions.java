package dev.stlm.serving.cli;

import dev.stlm.serving.log.LogFormat;
import dev.stlm.serving.security.PemFiles;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options of {@code serve} that say who may ask and what is written down. */
final class AccessOptions {
  @Option(
      names = "--api-keys",
      paramLabel = "FILE",
      description = "Require a key of this file, which ./stlm key NAME >> FILE fills.")
  private @Nullable Path apiKeys;

  @Option(
      names = "--open-metrics",
      showDefaultValue = Visibility.NEVER,
      description = "Metrics need no key.")
  private boolean openMetrics;

  @Option(
      names = "--tls-cert",
      paramLabel = "PEM",
      description = "Certificate chain: serve https; needs --tls-key.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "PEM",
      description = "Private key of the certificate, PKCS #8.")
  private @Nullable Path key;

  @Option(
      names = "--cors",
      paramLabel = "ORIGIN",
      showDefaultValue = Visibility.NEVER,
      description = "Let pages of this origin ask, such as https://example.org; repeatable.")
  private List<String> origins = new ArrayList<>();

  @Option(
      names = "--allow-host",
      paramLabel = "NAME",
      showDefaultValue = Visibility.NEVER,
      description = {
        "Answer to this host name, too; repeatable.",
        "Default: the loopback's names on a loopback address, else any."
      })
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--log",
      defaultValue = "quiet",
      description = "quiet: warnings; text or json: a line a request as well, without prompts.")
  private LogFormat log = LogFormat.QUIET;

  /**
   * The checked settings.
   *
   * @throws InvalidInputException if a file or a combination is wrong
   */
  AccessSettings settings() {
    if ((certificate == null) != (key == null)) {
      throw new InvalidInputException(
          "serve: --tls-cert and --tls-key belong together; give both or none");
    }
    Optional<PemFiles> tls =
        certificate == null || key == null
            ? Optional.empty()
            : Optional.of(new PemFiles(certificate, key));
    return new AccessSettings(Optional.ofNullable(apiKeys), openMetrics, tls, origins, hosts, log);
  }
}
