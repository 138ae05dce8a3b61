namespace Robustness.Emulator;

/// <summary>Constants and special registers of the warps' frames.</summary>
internal sealed unsafe partial class BlockRunner
{
    private void FillConstants(Warp warp)
    {
        foreach (FrameConstant constant in Launch.Function.Constants)
        {
            for (int lane = 0; lane < 32 && constant.Special is null; lane++)
            {
                Put(warp, constant, lane, constant.Value);
            }
        }
    }

    private void FillSpecials(Warp warp)
    {
        foreach (FrameConstant constant in Launch.Function.Constants)
        {
            for (int lane = 0; lane < 32 && constant.Special is not null; lane++)
            {
                Put(warp, constant, lane, Special(constant.Special, warp, lane));
            }
        }
    }

    private static void Put(Warp warp, FrameConstant constant, int lane, ulong value)
    {
        byte* slot = warp.R + constant.Offset;
        if (constant.Wide)
        {
            ((ulong*)slot)[lane] = value;
        }
        else
        {
            ((uint*)slot)[lane] = (uint)value;
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
            "%total_smem_size" => (uint)shared.Bytes,
            _ => 0,
        };
    }
}
