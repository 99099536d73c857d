package dev.stlm.bench.results;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** How a record lies in Arrow columns. */
interface RowFormat<R> {
  Schema schema();

  void set(VectorSchemaRoot root, int row, R value);

  R get(VectorSchemaRoot root, int row);

  ArrowType UTF8 = ArrowType.Utf8.INSTANCE;
  ArrowType INT32 = new ArrowType.Int(32, true);
  ArrowType INT64 = new ArrowType.Int(64, true);
  ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
  ArrowType SHA256 = new ArrowType.FixedSizeBinary(32);

  static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  /** The columns of {@code answers.arrows}. */
  RowFormat<AnswerRow> ANSWERS =
      new RowFormat<>() {
        private final Schema schema =
            new Schema(
                List.of(
                    field("request_sha256", SHA256),
                    field("kind", UTF8),
                    field("task", UTF8),
                    field("task_version", INT32),
                    field("doc", INT32),
                    field("index", INT32),
                    field("model", UTF8),
                    field("loglikelihood", FLOAT64),
                    field("greedy", ArrowType.Bool.INSTANCE),
                    field("text", UTF8),
                    field("latency_micros", INT64)),
                Map.of("stlm.format", "answers/1"));

        @Override
        public Schema schema() {
          return schema;
        }

        @Override
        public void set(VectorSchemaRoot root, int row, AnswerRow r) {
          ((FixedSizeBinaryVector) root.getVector(0))
              .setSafe(row, HexFormat.of().parseHex(r.requestSha256()));
          setText(root.getVector(1), row, r.kind());
          setText(root.getVector(2), row, r.task());
          ((IntVector) root.getVector(3)).setSafe(row, r.taskVersion());
          ((IntVector) root.getVector(4)).setSafe(row, r.document());
          ((IntVector) root.getVector(5)).setSafe(row, r.index());
          setText(root.getVector(6), row, r.modelHash());
          ((Float8Vector) root.getVector(7)).setSafe(row, r.logLikelihood());
          ((BitVector) root.getVector(8)).setSafe(row, r.greedy() ? 1 : 0);
          setText(root.getVector(9), row, r.text());
          ((BigIntVector) root.getVector(10)).setSafe(row, r.latencyMicros());
        }

        @Override
        public AnswerRow get(VectorSchemaRoot root, int row) {
          return new AnswerRow(
              HexFormat.of().formatHex(((FixedSizeBinaryVector) root.getVector(0)).get(row)),
              text(root.getVector(1), row),
              text(root.getVector(2), row),
              ((IntVector) root.getVector(3)).get(row),
              ((IntVector) root.getVector(4)).get(row),
              ((IntVector) root.getVector(5)).get(row),
              text(root.getVector(6), row),
              ((Float8Vector) root.getVector(7)).get(row),
              ((BitVector) root.getVector(8)).get(row) != 0,
              text(root.getVector(9), row),
              ((BigIntVector) root.getVector(10)).get(row));
        }
      };

  /** The columns of {@code documents.arrows}. */
  RowFormat<DocumentRow> DOCUMENTS =
      new RowFormat<>() {
        private final Schema schema =
            new Schema(
                List.of(
                    field("task", UTF8),
                    field("metric", UTF8),
                    field("doc", INT32),
                    field("value", FLOAT64),
                    field("weight", FLOAT64)),
                Map.of("stlm.format", "documents/1"));

        @Override
        public Schema schema() {
          return schema;
        }

        @Override
        public void set(VectorSchemaRoot root, int row, DocumentRow r) {
          setText(root.getVector(0), row, r.task());
          setText(root.getVector(1), row, r.metric());
          ((IntVector) root.getVector(2)).setSafe(row, r.document());
          ((Float8Vector) root.getVector(3)).setSafe(row, r.value());
          ((Float8Vector) root.getVector(4)).setSafe(row, r.weight());
        }

        @Override
        public DocumentRow get(VectorSchemaRoot root, int row) {
          return new DocumentRow(
              text(root.getVector(0), row),
              text(root.getVector(1), row),
              ((IntVector) root.getVector(2)).get(row),
              ((Float8Vector) root.getVector(3)).get(row),
              ((Float8Vector) root.getVector(4)).get(row));
        }
      };

  private static void setText(FieldVector vector, int row, String text) {
    ((VarCharVector) vector).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(FieldVector vector, int row) {
    return new String(((VarCharVector) vector).get(row), StandardCharsets.UTF_8);
  }
}
