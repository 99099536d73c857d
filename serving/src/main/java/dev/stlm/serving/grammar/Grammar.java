package dev.stlm.serving.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A form that a text has to keep to. Immutable and safe for use by several threads; its size is
 * bounded by {@value ProgramBuilder#MOST} steps, and so is the time to make one.
 */
public final class Grammar {
  private final Program program;

  private Grammar(Program program) {
    this.program = program;
  }

  /**
   * Texts that a regular expression matches as a whole; see the guide for the syntax.
   *
   * @throws InvalidInputException if the pattern can not be read or is too large
   */
  public static Grammar regex(String pattern) {
    ProgramBuilder builder = new ProgramBuilder();
    Regex regex = RegexParser.whole(pattern);
    return new Grammar(
        builder.build(new RegexCompiler(builder, Spelling.PLAIN).compile(regex, builder.end())));
  }

  /**
   * One of some texts.
   *
   * @throws InvalidInputException if there is none, or they are too long
   */
  public static Grammar choice(List<String> texts) {
    if (texts.isEmpty()) {
      throw new InvalidInputException("choice: there is nothing to choose from");
    }
    ProgramBuilder builder = new ProgramBuilder();
    List<byte[]> bytes =
        texts.stream().distinct().map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
    return new Grammar(builder.build(builder.anyOf(bytes, builder.end())));
  }

  /** Any JSON object. */
  public static Grammar jsonObject() {
    return jsonSchema(JsonNodeFactory.instance.objectNode().put("type", "object"));
  }

  /**
   * JSON that is valid for a schema; see the guide for the keywords.
   *
   * @throws InvalidInputException if the schema is wrong, too large, or uses what is not supported,
   *     which is named
   */
  public static Grammar jsonSchema(JsonNode schema) {
    return new Grammar(SchemaCompiler.compile(schema));
  }

  /** This form after a fixed text. */
  public Grammar after(String text) {
    return new Grammar(program.after(text.getBytes(StandardCharsets.UTF_8)));
  }

  Program program() {
    return program;
  }
}
