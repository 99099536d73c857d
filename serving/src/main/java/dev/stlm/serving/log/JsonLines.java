package dev.stlm.serving.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Log records as one JSON object a line: {@code time} (ISO 8601, UTC), {@code level}, {@code
 * logger}, then the members of an {@link AccessRecord}, or {@code message} and, with an exception,
 * {@code error} (its stack trace).
 */
final class JsonLines extends ExtFormatter {
  @Override
  public String format(ExtLogRecord record) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("time", record.getInstant().toString())
        .put("level", record.getLevel().getName())
        .put("logger", record.getLoggerName());
    Object[] parameters = record.getParameters();
    if (parameters != null && parameters.length == 1 && parameters[0] instanceof AccessRecord a) {
      a.addTo(line);
    } else {
      line.put("message", record.getFormattedMessage());
    }
    if (record.getThrown() != null) {
      StringWriter trace = new StringWriter();
      record.getThrown().printStackTrace(new PrintWriter(trace));
      line.put("error", trace.toString());
    }
    return line + "\n";
  }
}
