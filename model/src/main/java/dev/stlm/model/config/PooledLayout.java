package dev.stlm.model.config;

import static dev.stlm.model.config.StackLayout.ONES;
import static dev.stlm.model.config.StackLayout.ZEROS;
import static dev.stlm.model.config.StackLayout.fanIn;
import static dev.stlm.model.config.StackLayout.stored;

import dev.stlm.model.config.Parameter.Init;
import dev.stlm.model.config.Parameter.Kind;
import java.util.ArrayList;
import java.util.List;

/** The parameters of a pooled byte model, in the order of the forward pass. */
final class PooledLayout {
  private PooledLayout() {}

  static List<Parameter> parameters(PooledConfig c) {
    int d = c.width();
    int g = c.global().width();
    List<Parameter> list = new ArrayList<>(ByteLayout.embedding(c));
    list.addAll(StackLayout.parameters("encoder.", c.encoder().stack()));
    list.add(stored("pool.norm", 1, d, Kind.GAIN, ONES));
    if (c.pooling() == Pooling.ATTENTION) {
      list.add(stored("pool.query", 1, d, Kind.GAIN, new Init.Normal(0.02)));
    }
    list.add(stored("pool.projection", g, d, Kind.MATRIX, fanIn(d)));
    list.addAll(StackLayout.parameters("global.", c.global()));
    list.add(stored("unpool.norm", 1, g, Kind.GAIN, ONES));
    switch (c.decoder()) {
      case DecoderConfig.Autoregressive _ ->
          // starts at zero: at first the bytes are read without the patches
          list.add(stored("unpool.projection", d, g, Kind.MATRIX, ZEROS));
      case DecoderConfig.Parallel p -> {
        list.add(stored("unpool.projection", p.slots() * d, g, Kind.MATRIX, fanIn(g)));
        list.add(stored("decoder.positions", p.slots(), d, Kind.TABLE, new Init.Normal(0.02)));
      }
    }
    list.addAll(StackLayout.parameters("decoder.", c.decoder().stack()));
    list.addAll(ByteLayout.head(c));
    return list;
  }
}
