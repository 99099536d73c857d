package dev.stlm.model.config;

import java.util.ArrayList;
import java.util.List;

/** The parameters of a flat decoder, in the order of the forward pass. */
final class FlatLayout {
  private FlatLayout() {}

  static List<Parameter> parameters(FlatConfig c) {
    List<Parameter> list = new ArrayList<>(ByteLayout.embedding(c));
    list.addAll(StackLayout.parameters("", c.stack()));
    list.addAll(ByteLayout.head(c));
    return list;
  }
}
