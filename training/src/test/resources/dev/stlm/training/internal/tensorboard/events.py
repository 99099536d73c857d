# Makes events.tfevents, the bytes that TensorBoard's own code writes for what EventFileTest writes.
# Run with Python 3 and tensorboard 2.21: python3 events.py
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

TIME = 1_700_000_000.25


def scalar(tag, value):
    return summary_pb2.Summary.Value(tag=tag, simple_value=value)


def text(tag, value):
    tensor = tensor_pb2.TensorProto(dtype=types_pb2.DT_STRING, string_val=[value.encode()])
    tensor.tensor_shape.SetInParent()
    metadata = summary_pb2.SummaryMetadata(data_class=summary_pb2.DATA_CLASS_TENSOR)
    metadata.plugin_data.plugin_name = "text"
    return summary_pb2.Summary.Value(tag=tag, tensor=tensor, metadata=metadata)


def summary(step, *values):
    return event_pb2.Event(wall_time=TIME, step=step, summary=summary_pb2.Summary(value=values))


events = [
    event_pb2.Event(wall_time=TIME, file_version="brain.Event:2"),
    event_pb2.Event(
        wall_time=TIME, step=300, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    ),
    summary(
        300,
        scalar("bits_per_byte/train", 2.5),
        scalar("loss", 1.75),
        scalar("gradient_norm", 0.1),
        scalar("learning_rate", 0.003),
        scalar("seconds/step", 0.25),
        scalar("seconds/outside_the_engine", 0.125),
    ),
    summary(300, scalar("bits_per_byte/held_out", 2.625)),
    summary(300, text("sample", "    the cät |sat\n    on")),
]
with open("events.tfevents", "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString(deterministic=True))
    writer.flush()
