package dev.stlm.model.runtime.code;

import static dev.stlm.model.runtime.code.Assembler.R10;
import static dev.stlm.model.runtime.code.Assembler.R11;
import static dev.stlm.model.runtime.code.Assembler.R12;
import static dev.stlm.model.runtime.code.Assembler.R13;
import static dev.stlm.model.runtime.code.Assembler.R14;
import static dev.stlm.model.runtime.code.Assembler.R15;
import static dev.stlm.model.runtime.code.Assembler.R8;
import static dev.stlm.model.runtime.code.Assembler.R9;
import static dev.stlm.model.runtime.code.Assembler.RAX;
import static dev.stlm.model.runtime.code.Assembler.RBP;
import static dev.stlm.model.runtime.code.Assembler.RBX;
import static dev.stlm.model.runtime.code.Assembler.RCX;
import static dev.stlm.model.runtime.code.Assembler.RDI;
import static dev.stlm.model.runtime.code.Assembler.RSI;
import static dev.stlm.model.runtime.code.Assembler.RSP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.runtime.code.Assembler.Label;
import dev.stlm.model.runtime.code.Assembler.Memory;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Instructions are the bytes that the GNU assembler (binutils 2.40) makes of the same text. */
class AssemblerTest {
  private static Arguments of(String text, String bytes, Consumer<Assembler> write) {
    return Arguments.of(text, bytes, write);
  }

  static Stream<Arguments> instructions() {
    return Stream.of(
        of("push %rbx", "53", a -> a.push(RBX)),
        of("push %r12", "4154", a -> a.push(R12)),
        of("pop %r15", "415f", a -> a.pop(R15)),
        of("mov 0x68(%rsp),%r12", "4c8b642468", a -> a.load(R12, Memory.at(RSP, 0x68))),
        of("mov %r11,0x20(%rsp)", "4c895c2420", a -> a.store(Memory.at(RSP, 0x20), R11)),
        of("add 0x70(%rsp),%rcx", "48034c2470", a -> a.add(RCX, Memory.at(RSP, 0x70))),
        of("lea (%r12,%r12,2),%r13", "4f8d2c64", a -> a.address(R13, Memory.at(R12, R12, 2, 0))),
        of("lea 0x40(%r8),%r8", "4d8d4040", a -> a.address(R8, Memory.at(R8, 0x40))),
        of("decq (%rsp)", "48ff0c24", a -> a.decrement(Memory.at(RSP, 0))),
        of("dec %r11", "49ffcb", a -> a.decrement(R11)),
        of("mov %rcx,%rax", "4889c8", a -> a.move(RAX, RCX)),
        of("add $4,%rbx", "4883c304", a -> a.add(RBX, (byte) 4)),
        of("sub $0x38,%rsp", "4883ec38", a -> a.subtract(RSP, (byte) 0x38)),
        of("mov %eax,0x8(%rsi)", "894608", a -> a.storeWord(Memory.at(RSI, 8), RAX)),
        of("mov $0x0f0f0f0f,%eax", "b80f0f0f0f", a -> a.set(RAX, 0x0F0F0F0F)),
        of(
            "vmovups 0x40(%r10),%zmm17",
            "62c17c48104a01", a -> a.loadVector(17, Memory.at(R10, 0x40))),
        of(
            "vmovups 0x41(%rax),%zmm3",
            "62f17c48109841000000", a -> a.loadVector(3, Memory.at(RAX, 0x41))),
        of(
            "vmovups %zmm9,0x80(%r11)",
            "62517c48114b02", a -> a.storeVector(Memory.at(R11, 0x80), 9)),
        of("vpxord %zmm20,%zmm20,%zmm20", "62a15d40efe4", a -> a.zero(20)),
        of(
            "vpbroadcastd 0x4(%rbp,%r15,1),%zmm7",
            "62b27d48587c3d01", a -> a.broadcast(7, Memory.at(RBP, R15, 1, 4))),
        of("vpbroadcastd (%rbx),%zmm24", "62627d485803", a -> a.broadcast(24, Memory.at(RBX, 0))),
        of(
            "vpbroadcastd 0x0(%r13),%zmm24",
            "62427d48584500", a -> a.broadcast(24, Memory.at(R13, 0))),
        of("vpbroadcastd %eax,%zmm19", "62e27d487cd8", a -> a.broadcast(19, RAX)),
        of("vbroadcastss %xmm5,%zmm5", "62f27d4818ed", a -> a.broadcastLowest(5, 5)),
        of("vpdpbusd %zmm18,%zmm16,%zmm25", "62227d4050ca", a -> a.dotBytes(25, 16, 18)),
        of(
            "vpdpbusd (%rbx,%r12,2){1to16},%zmm16,%zmm1",
            "62b27d50500c63", a -> a.dotBytes(1, 16, Memory.at(RBX, R12, 2, 0))),
        of("vcvtdq2ps %zmm30,%zmm31", "62017c485bfe", a -> a.toFloats(31, 30)),
        of("vcvtps2dq %zmm2,%zmm3", "62f17d485bda", a -> a.toIntegers(3, 2)),
        of(
            "vpmovdb %zmm2,0x10(%rdi)",
            "62f27e48315701", a -> a.storeBytes(Memory.at(RDI, 0x10), 2)),
        of(
            "vmulps 0x8(%rbp,%r14,1){1to16},%zmm16,%zmm18",
            "62a17c5059543502", a -> a.multiply(18, 16, Memory.at(RBP, R14, 1, 8))),
        of("vmulps %zmm5,%zmm2,%zmm2", "62f16c4859d5", a -> a.multiply(2, 2, 5)),
        of("vfmadd231ps %zmm18,%zmm0,%zmm8", "62327d48b8c2", a -> a.multiplyAdd(8, 0, 18)),
        of("vpsubd %zmm2,%zmm1,%zmm1", "62f17548faca", a -> a.subtract(1, 1, 2)),
        of("vpandd %zmm16,%zmm2,%zmm21", "62a16d48dbe8", a -> a.and(21, 2, 16)),
        of("vpsrld $4,%zmm17,%zmm17", "62b1754072d104", a -> a.shiftRight(17, 17, 4)),
        of("vdivss %xmm17,%xmm0,%xmm4", "62b17e085ee1", a -> a.divideLowest(4, 0, 17)),
        of("vminss %xmm18,%xmm5,%xmm5", "62b156085dea", a -> a.smallerLowest(5, 5, 18)),
        of("vpmaxud %zmm2,%zmm0,%zmm0", "62f27d483fc2", a -> a.larger(0, 0, 2)),
        of("vpslld $7,%xmm1,%xmm1", "62f1750872f107", a -> a.shiftLeft(1, 7)),
        of("vmovd %xmm4,0x4(%rsi)", "62f17d087e6601", a -> a.storeLowest(Memory.at(RSI, 4), 4)),
        of(
            "vextracti32x8, vpaddd, vextracti32x4, vpaddd, and twice vpshufd, vpaddd",
            "62f37d483bc301"
                + "62f17d28fec3"
                + "62f37d2839c301"
                + "62f17d08fec3"
                + "62f17d0870d84e"
                + "62f17d08fec3"
                + "62f17d0870d8b1"
                + "62f17d08fec3",
            a -> a.sumLanes(0, 3)),
        of("vzeroupper", "c5f877", Assembler::forgetUpperHalves),
        of("cpuid", "0fa2", Assembler::identifyProcessor),
        of("xgetbv", "0f01d0", Assembler::enabledStates),
        of("ret", "c3", Assembler::giveBack));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("instructions")
  void instructionsAreThoseOfTheGnuAssembler(String text, String bytes, Consumer<Assembler> write) {
    Assembler assembler = new Assembler();
    write.accept(assembler);
    assertThat(HexFormat.of().formatHex(assembler.code())).as(text).isEqualTo(bytes);
  }

  @Test
  void aJumpGoesBackToItsLabel() {
    Assembler assembler = new Assembler();
    assembler.giveBack();
    Label label = assembler.here();
    assembler.decrement(R9);
    assembler.jumpIfNotZero(label);
    // from the end of the jump: 3 bytes of dec, 6 of jnz
    assertThat(HexFormat.of().formatHex(assembler.code())).isEqualTo("c349ffc90f85f7ffffff");
  }

  @Test
  void whatHasNoEncodingHereIsRefused() {
    Assembler assembler = new Assembler();
    assertThatThrownBy(() -> assembler.set(R9, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> assembler.storeWord(Memory.at(RSI, 0), R9))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
