package dev.stlm.bench.demo;

/** The text that ships with the demo: from Herman Melville's Moby-Dick, in the public domain. */
public final class DemoText {
  private DemoText() {}

  /** Its held-out part: the last nine chapters, about 100 kB. */
  public static byte[] heldOut() {
    return DemoFiles.shipped("heldout.txt");
  }
}
