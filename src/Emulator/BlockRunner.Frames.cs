namespace Robustness.Emulator;

/// <summary>Constants and special registers of frames.</summary>
internal sealed unsafe partial class BlockRunner
{
    private static void FillConstants(Frame frame)
    {
        foreach (FrameConstant constant in frame.Function.Constants)
        {
            if (constant.Special is not null)
            {
                continue;
            }
            ulong value = constant.Value + (constant.Local ? (ulong)frame.LocalBase : 0);
            byte* slot = frame.Registers + constant.Offset;
            if (constant.Wide)
            {
                new Span<ulong>(slot, 32).Fill(value);
            }
            else
            {
                new Span<uint>(slot, 32).Fill((uint)value);
            }
        }
    }

    private void FillSpecials(Warp warp, Frame frame)
    {
        foreach (FrameConstant constant in frame.Function.Constants)
        {
            if (constant.Special is null)
            {
                continue;
            }
            byte* slot = frame.Registers + constant.Offset;
            for (int lane = 0; lane < 32; lane++)
            {
                ulong value = Special(constant.Special, warp, lane);
                if (constant.Wide)
                {
                    ((ulong*)slot)[lane] = value;
                }
                else
                {
                    ((uint*)slot)[lane] = (uint)value;
                }
            }
        }
    }

    private ulong Special(string name, Warp warp, int lane)
    {
        uint thread = (uint)((32 * warp.Index) + lane);
        Interop.Dim3 size = Launch.Block;
        return name switch
        {
            "%tid.x" => thread % size.X,
            "%tid.y" => thread / size.X % size.Y,
            "%tid.z" => thread / size.X / size.Y,
            "%ntid.x" => size.X,
            "%ntid.y" => size.Y,
            "%ntid.z" => size.Z,
            "%ctaid.x" => block.X,
            "%ctaid.y" => block.Y,
            "%ctaid.z" => block.Z,
            "%nctaid.x" => Launch.Grid.X,
            "%nctaid.y" => Launch.Grid.Y,
            "%nctaid.z" => Launch.Grid.Z,
            "%laneid" => (uint)lane,
            "%warpid" => (uint)warp.Index,
            "%nwarpid" => (uint)warps.Length,
            "%nsmid" => 1,
            "%lanemask_eq" => 1u << lane,
            "%lanemask_lt" => (1u << lane) - 1,
            "%lanemask_le" => (2u << lane) - 1,
            "%lanemask_gt" => ~((2u << lane) - 1),
            "%lanemask_ge" => ~((1u << lane) - 1),
            "%dynamic_smem_size" => (uint)Launch.DynamicShared,
            "%total_smem_size" or "%aggr_smem_size" => (uint)shared.Bytes,
            _ => 0,
        };
    }
}
