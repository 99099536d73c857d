package dev.stlm.training.internal.data;

import java.util.Arrays;
import java.util.List;

/** Sources one after the other. */
final class JoinedIds implements IdSource {
  private final List<IdSource> sources;
  private final long[] starts;
  private final long[] firstDocuments;
  private final double bytesPerId;

  JoinedIds(List<IdSource> sources) {
    this.sources = List.copyOf(sources);
    this.starts = new long[sources.size() + 1];
    this.firstDocuments = new long[sources.size() + 1];
    double bytes = 0;
    for (int i = 0; i < sources.size(); i++) {
      IdSource source = sources.get(i);
      starts[i + 1] = starts[i] + source.length();
      firstDocuments[i + 1] = firstDocuments[i] + source.documents();
      bytes += source.bytesPerId() * source.length();
    }
    this.bytesPerId = bytes / Math.max(1, length());
  }

  @Override
  public long length() {
    return starts[sources.size()];
  }

  @Override
  public double bytesPerId() {
    return bytesPerId;
  }

  @Override
  public long documents() {
    return firstDocuments[sources.size()];
  }

  @Override
  public long documentStart(long document) {
    if (document == documents()) {
      return length();
    }
    int source = last(firstDocuments, document);
    return starts[source] + sources.get(source).documentStart(document - firstDocuments[source]);
  }

  @Override
  public void read(long from, int[] into, int at, int count) {
    int done = 0;
    while (done < count) {
      int source = last(starts, from + done);
      int n = (int) Math.min(count - done, starts[source + 1] - from - done);
      sources.get(source).read(from + done - starts[source], into, at + done, n);
      done += n;
    }
  }

  /** The last source that starts at or before a place: those without an id are passed over. */
  private static int last(long[] starts, long place) {
    int found = Arrays.binarySearch(starts, place);
    int source = found >= 0 ? found : -found - 2;
    while (source < starts.length - 1 && starts[source + 1] == place) {
      source++;
    }
    return source;
  }
}
