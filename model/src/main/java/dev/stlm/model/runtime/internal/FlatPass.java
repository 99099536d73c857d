package dev.stlm.model.runtime.internal;

/** The flat decoder: embedding, blocks, head. */
final class FlatPass extends ModelPass {
  private final StackPass stack;

  FlatPass(LoadedFlat m, Crew crew) {
    super(m.config, m.embedding, m.head, m.draftPlane, crew);
    stack =
        new StackPass(
            m.config.stack(), m.stack, m.stackPlane, m.rope, m.config.normEpsilon(), crew);
  }

  @Override
  void run() {
    stack.clear();
    for (int m = 0; m < batch.rows; m++) {
      stack.addCausal(batch.sessions[m].cache(), batch.positions[m]);
    }
    stack.reserve();
    embedding.run(batch.sessions, batch.positions, batch.rows, stack.x);
    stack.run();
    keepForDrafts(stack.x, stack.stride);
  }

  @Override
  void logits(int first, int count) {
    head.run(stack.x, batch.wanted, first, count);
  }
}
