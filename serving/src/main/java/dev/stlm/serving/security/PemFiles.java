package dev.stlm.serving.security;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate and its private key, both as PEM files (RFC 7468): what TLS needs.
 *
 * @param certificate the server's certificate first, then those that lead to a root
 * @param key unencrypted PKCS #8
 */
public record PemFiles(Path certificate, Path key) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final long MOST_BYTES = 1 << 20;

  /**
   * Checks that both can be read, that the certificate has not run out and that the key is its own.
   *
   * @throws InvalidInputException which says what is wrong with which file
   */
  public PemFiles {
    X509Certificate read = readCertificate(certificate);
    Instant end = read.getNotAfter().toInstant();
    if (end.isBefore(Instant.now())) {
      throw new InvalidInputException(
          "%s: this certificate ran out at %s; give one that is valid".formatted(certificate, end));
    }
    if (!belong(read.getPublicKey(), readKey(key, read.getPublicKey().getAlgorithm()))) {
      throw new InvalidInputException(
          "%s: this is not the private key of the certificate in %s; give both files of one pair"
              .formatted(key, certificate));
    }
  }

  private static X509Certificate readCertificate(Path file) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(read(file).getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException(
          file + ": holds no certificate; give a PEM file with -----BEGIN CERTIFICATE-----", e);
    }
  }

  private static PrivateKey readKey(Path file, String algorithm) {
    Matcher m = KEY.matcher(read(file));
    if (!m.find()) {
      throw new InvalidInputException(
          file
              + ": holds no unencrypted PKCS #8 key; give a PEM file with -----BEGIN PRIVATE KEY-----"
              + " (openssl pkcs8 -topk8 -nocrypt -in FILE converts others)");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(m.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new InvalidInputException(
          file + ": is no " + algorithm + " key, which the certificate needs; give its own key", e);
    }
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new InvalidInputException(file + ": larger than 1 MiB; give a PEM file");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new InvalidInputException(
          file + ": can not be read (" + e.getClass().getSimpleName() + "); check the path", e);
    }
  }

  /** Whether what one key signs, the other accepts. */
  private static boolean belong(PublicKey open, PrivateKey secret) {
    String algorithm =
        switch (open.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> open.getAlgorithm();
        };
    byte[] sample = "stlm".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(secret);
      signing.update(sample);
      byte[] signed = signing.sign();
      Signature checking = Signature.getInstance(algorithm);
      checking.initVerify(open);
      checking.update(sample);
      return checking.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
