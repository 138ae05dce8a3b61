namespace Robustness.Tests;

/// <summary>A kernel with one of nearly every kind of instruction, for mutation.</summary>
internal static class InstructionMix
{
    public static string Text =>
        PtxBench.Wrap(
            """
            .shared .align 16 .b8 s[1024];
            .local .align 16 .b8 l[32];
            mov.u32 %r2, s;
            mad.lo.u32 %r3, %r9, 16, %r2;
            st.shared.v4.u32 [%r3], {%r9, %r9, %r9, %r9};
            bar.sync 0;
            ld.shared.v4.f32 {%f1, %f2, %f3, %f4}, [%r3];
            fma.rn.f32 %f5, %f1, %f2, %f3;
            add.rm.f32 %f6, %f5, 0f3F800000;
            ex2.approx.ftz.f32 %f7, %f6;
            cvt.rn.bf16x2.f32 %r4, %f5, %f6;
            fma.rn.bf16x2 %r5, %r4, %r4, %r4;
            cvt.rzi.s32.f32 %r6, %f7;
            setp.lt.u32 %p1, %r9, 9;
            @%p1 bra low;
            shfl.sync.bfly.b32 %r7|%p2, %r9, 1, 31, 0xFFFFFE00;
            bra join;
            low: mov.u32 %r7, 3;
            join: bar.warp.sync -1;
            vote.sync.ballot.b32 %r8, %p1, -1;
            redux.sync.add.u32 %r10, %r9, -1;
            ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r11, %r12}, [%r3];
            mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32
                {%f8, %f9, %f10, %f11}, {%r11, %r12}, {%r11}, {%f1, %f2, %f3, %f4};
            st.local.v2.u32 [l+8], {%r7, %r8};
            ld.local.u64 %rd3, [l+8];
            cp.async.ca.shared.global [%r3], [%rd9+2048], 16;
            cp.async.commit_group;
            cp.async.wait_group 0;
            prmt.b32 %r13, %r9, %r8, 0x5410;
            bfe.s32 %r14, %r13, 3, 7;
            add.cc.u32 %r15, %r13, %r14;
            addc.u32 %r16, %r15, 1;
            div.s32 %r17, %r16, %r9;
            mul.wide.u32 %rd4, %r9, 4;
            add.s64 %rd5, %rd9, %rd4;
            atom.global.add.u32 %r18, [%rd5], 1;
            mul.f64 %fd1, 0d3FF8000000000000, 0d4000000000000000;
            cvt.rn.f32.f64 %f12, %fd1;
            st.global.f32 [%rd5+512], %f12;
            """
        );
}
