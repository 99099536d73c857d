package dev.stlm.serving.api;

import dev.stlm.model.checkpoint.History;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.PatcherConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Pooling;
import dev.stlm.model.config.RopeScaling;
import dev.stlm.model.config.SharingConfig;
import dev.stlm.model.config.StackConfig;
import dev.stlm.model.huggingface.HuggingFaceFormat;
import dev.stlm.model.runtime.CpuRuntime;
import dev.stlm.tokenizer.ByteTokenizerProvider;
import dev.stlm.tokenizer.NoTokenizerProvider;
import dev.stlm.tokenizer.StridePatcherProvider;
import dev.stlm.tokenizer.WhitespacePatcherProvider;
import dev.stlm.tokenizer.entropy.EntropyPatcherProvider;
import dev.stlm.tokenizer.gpt2.BpePatcherProvider;
import dev.stlm.tokenizer.gpt2.Gpt2TokenizerProvider;
import dev.stlm.tokenizer.llama.LlamaTokenizerProvider;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What is read from the JSON files of a checkpoint by reflection, and the services that are looked
 * up while the server runs, for a native executable.
 */
@RegisterForReflection(
    targets = {
      Activation.class,
      AttentionConfig.class,
      ChatTemplate.class,
      CpuRuntime.class,
      DecoderConfig.class,
      DecoderConfig.Autoregressive.class,
      DecoderConfig.Parallel.class,
      EncoderConfig.class,
      EncoderConfig.Scope.class,
      FfnConfig.class,
      FlatConfig.class,
      History.class,
      History.Entry.class,
      HuggingFaceFormat.class,
      ModelConfig.class,
      NgramConfig.class,
      PatcherConfig.class,
      PooledConfig.class,
      Pooling.class,
      RopeScaling.class,
      RopeScaling.Linear.class,
      RopeScaling.Llama3.class,
      RopeScaling.Longrope.class,
      SharingConfig.class,
      StackConfig.class,
      // tokenizers and patchers
      BpePatcherProvider.class,
      ByteTokenizerProvider.class,
      EntropyPatcherProvider.class,
      Gpt2TokenizerProvider.class,
      LlamaTokenizerProvider.class,
      NoTokenizerProvider.class,
      StridePatcherProvider.class,
      WhitespacePatcherProvider.class
    })
final class CheckpointReflection {
  private CheckpointReflection() {}
}
