package dev.stlm.tokenizer;

/**
 * Something that the user gave can not be used: a file, a flag, a config value, a text.
 *
 * <p>The message is one line that says what is wrong, where, and what to do about it. The command
 * line prints it without a stack trace and exits with code 2; the server answers 4xx. It lives in
 * the lowest module so that every module can throw it.
 */
public class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
