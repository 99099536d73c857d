package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.NgramHash;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.tokenizer.Patcher;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What a program takes besides parameters: the list {@code ids} of a batch and the list {@code
 * rope} of the model.
 *
 * <p>{@code ids} has four tensors of 64-bit integers, A groups each: the ids {@code [A, B, T]};
 * their rows in the n-gram tables {@code [A, N, B, T]}; of a pooled model {@link PatchPlaces}
 * {@code [A, 3, B, T]} (patch, finished, slot) and the last id of each finished patch {@code [A, B,
 * P]}, where P is the largest number of them, at least 1, and sequences with fewer name id 0; of a
 * flat one neither (3 and P are 0). {@code rope} has cosines and sines of every stack in order.
 */
final class ModelInputs {
  private final Optional<NgramConfig> ngrams;
  private final Optional<Patcher> patcher;
  private final NDList rope = new NDList();

  ModelInputs(NDManager manager, ModelConfig config, DataType precision) {
    this.ngrams = config.ngrams();
    int context = config.contextLength();
    switch (config) {
      case FlatConfig flat -> {
        this.patcher = Optional.empty();
        add(RopeTable.of(manager, flat.attention(), context, precision));
      }
      case PooledConfig pooled -> {
        this.patcher = Optional.of(pooled.patcher().create());
        int decoded =
            switch (pooled.decoder()) {
              case DecoderConfig.Autoregressive _ -> context;
              case DecoderConfig.Parallel parallel -> parallel.slots();
            };
        add(RopeTable.of(manager, pooled.encoder().stack().attention(), context, precision));
        add(RopeTable.of(manager, pooled.global().attention(), context, precision));
        add(RopeTable.of(manager, pooled.decoder().stack().attention(), decoded, precision));
      }
    }
  }

  private void add(RopeTable table) {
    rope.add(table.cos());
    rope.add(table.sin());
  }

  /** Cosines and sines of every stack, see {@link RopeTable}. */
  NDList rope() {
    return rope;
  }

  /** Ids as 64-bit integers of a shape. */
  static NDArray ids(NDManager manager, int[] ids, Shape shape) {
    LongBuffer buffer = LongBuffer.allocate(ids.length);
    for (int id : ids) {
      buffer.put(id);
    }
    return manager.create(buffer.flip(), shape, DataType.INT64);
  }

  /**
   * The list {@code ids} of a batch.
   *
   * @param manager owns it
   * @param ids {@code [groups, sequences, length]}
   */
  NDList ids(NDManager manager, int[] ids, int groups, int sequences, int length) {
    NDList list = new NDList();
    list.add(ids(manager, ids, new Shape(groups, sequences, length)));
    list.add(rows(manager, ids, groups, sequences, length));
    addPatches(list, manager, ids, groups, sequences, length);
    return list;
  }

  /** The list {@code ids} of sequences without groups. */
  NDList ids(NDManager manager, int[] ids, int sequences, int length) {
    NDList list = new NDList();
    for (NDArray grouped : ids(manager, ids, 1, sequences, length)) {
      list.add(grouped.squeeze(0));
    }
    return list;
  }

  private NDArray rows(NDManager manager, int[] ids, int groups, int sequences, int length) {
    List<Integer> orders = ngrams.map(NgramConfig::orders).orElse(List.of());
    int tableRows = ngrams.map(NgramConfig::rows).orElse(0);
    LongBuffer buffer = LongBuffer.allocate(ids.length * orders.size());
    int[] sequence = new int[length];
    for (int g = 0; g < groups; g++) {
      for (int order : orders) {
        for (int s = 0; s < sequences; s++) {
          System.arraycopy(ids, (g * sequences + s) * length, sequence, 0, length);
          for (int t = 0; t < length; t++) {
            buffer.put(NgramHash.row(sequence, t, order, tableRows));
          }
        }
      }
    }
    return manager.create(
        buffer.flip(), new Shape(groups, orders.size(), sequences, length), DataType.INT64);
  }

  private void addPatches(
      NDList list, NDManager manager, int[] ids, int groups, int sequences, int length) {
    if (patcher.isEmpty()) {
      list.add(empty(manager, new Shape(groups, 0, sequences, length)));
      list.add(empty(manager, new Shape(groups, sequences, 0)));
      return;
    }
    PatchPlaces places = new PatchPlaces(patcher.get(), ids, groups, sequences, length);
    Shape numbers = new Shape(groups, PatchPlaces.KINDS, sequences, length);
    list.add(manager.create(places.places(), numbers, DataType.INT64));
    Shape patches = new Shape(groups, sequences, places.most());
    list.add(manager.create(places.ends(), patches, DataType.INT64));
  }

  private static NDArray empty(NDManager manager, Shape shape) {
    return manager.create(LongBuffer.allocate(0), shape, DataType.INT64);
  }
}
