package dev.stlm.model.runtime.internal;

import java.util.Arrays;

/**
 * Positions that go through the model together: row m is one position of one session. Rows of one
 * session are consecutive and ascending.
 */
final class Batch {
  CpuSession[] sessions = new CpuSession[1];
  int[] positions = new int[1];

  /** Rows whose logits are wanted, ascending. */
  int[] wanted = new int[1];

  int rows;
  int wantedRows;

  void clear() {
    Arrays.fill(sessions, 0, rows, null);
    rows = 0;
    wantedRows = 0;
  }

  void add(CpuSession session, int position, boolean wantLogits) {
    if (rows == positions.length) {
      sessions = Arrays.copyOf(sessions, 4 * rows);
      positions = Arrays.copyOf(positions, 4 * rows);
      wanted = Arrays.copyOf(wanted, 4 * rows);
    }
    sessions[rows] = session;
    positions[rows] = position;
    if (wantLogits) {
      wanted[wantedRows++] = rows;
    }
    rows++;
  }
}
