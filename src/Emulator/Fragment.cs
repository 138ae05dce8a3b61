namespace Robustness.Emulator;

/// <summary>How a fragment's elements are dealt to lanes.</summary>
internal enum FragmentOrder
{
    /// <summary>Left operand of mma: rows over groups of four lanes.</summary>
    Left,

    /// <summary>Right operand of mma: columns over groups of four lanes.</summary>
    Right,

    /// <summary>Sums of mma and wmma, in blocks of 8 x 8.</summary>
    Sum,

    /// <summary>Operands of wmma: lane after lane, from the start again after the last.</summary>
    Dealt,
}

/// <summary>
/// A matrix [Rows, Columns] in registers of a warp: the frame offsets of its registers, and which
/// element each lane holds where.
/// </summary>
internal sealed unsafe record Fragment(
    int Rows,
    int Columns,
    PtxType Type,
    FragmentOrder Order,
    int[] Slots
)
{
    public int Bits => BitsOf(Type);

    /// <summary>Elements of the matrix.</summary>
    public int Count => Rows * Columns;

    private int PerRegister => Math.Max(1, 32 / Bits);

    public static int BitsOf(PtxType type) =>
        type switch
        {
            PtxType.B1 => 1,
            PtxType.S4 or PtxType.U4 => 4,
            _ => 8 * PtxTypes.Size(type),
        };

    /// <summary>Registers a lane needs; f16 operands of wmma are held more than once.</summary>
    public static int Registers(int rows, int columns, PtxType type, FragmentOrder order) =>
        order == FragmentOrder.Dealt && type == PtxType.F16
            ? 8
            : rows * columns / 32 / Math.Max(1, 32 / BitsOf(type));

    /// <summary>Every element's bits, row by row.</summary>
    public void Read(byte* frame, ulong* elements)
    {
        for (int lane = 31; lane >= 0; lane--)
        {
            for (int register = 0; register < Slots.Length; register++)
            {
                ulong word =
                    Bits == 64
                        ? ((ulong*)(frame + Slots[register]))[lane]
                        : ((uint*)(frame + Slots[register]))[lane];
                for (int i = 0; i < PerRegister; i++)
                {
                    ulong bits = word >> (Bits * i);
                    bits = Bits == 64 ? bits : bits & ((1UL << Bits) - 1);
                    elements[Place(lane, register, i)] = bits;
                }
            }
        }
    }

    /// <summary>Gives the lanes of a mask their elements.</summary>
    public void Write(byte* frame, ulong* elements, uint mask)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            for (int register = 0; register < Slots.Length && (mask >> lane & 1) != 0; register++)
            {
                ulong word = 0;
                for (int i = 0; i < PerRegister; i++)
                {
                    word |= elements[Place(lane, register, i)] << (Bits * i);
                }
                if (Bits == 64)
                {
                    ((ulong*)(frame + Slots[register]))[lane] = word;
                }
                else
                {
                    ((uint*)(frame + Slots[register]))[lane] = (uint)word;
                }
            }
        }
    }

    private int Place(int lane, int register, int i)
    {
        int group = lane >> 2;
        int first = (lane & 3) * PerRegister;
        int blocks = Rows / 8;
        switch (Order)
        {
            case FragmentOrder.Left:
                int column = (register / blocks * 4 * PerRegister) + first + i;
                return ((group + (8 * (register % blocks))) * Columns) + column;
            case FragmentOrder.Right:
                return (((register * 4 * PerRegister) + first + i) * Columns) + group;
            case FragmentOrder.Sum:
                int element = (register * PerRegister) + i;
                int block = element >> 1;
                int row = group + (8 * (block % blocks));
                return (row * Columns) + (8 * (block / blocks)) + (2 * (lane & 3)) + (element & 1);
            default:
                int each = Slots.Length * PerRegister;
                return ((lane * each) + (register * PerRegister) + i) % Count;
        }
    }
}

/// <summary>D = A B + C on fragments.</summary>
/// <param name="Bitwise">For single bits: "xor" or "and" before the count.</param>
internal sealed record FragmentProduct(
    Fragment D,
    Fragment A,
    Fragment B,
    Fragment C,
    bool Clamps,
    string Bitwise
);

/// <summary>A fragment and how its matrix lies in memory.</summary>
/// <param name="RowMajor">Whether rows are contiguous.</param>
internal sealed record FragmentTransfer(Fragment Fragment, bool RowMajor)
{
    /// <summary>Elements that lie side by side.</summary>
    public int Line => RowMajor ? Fragment.Columns : Fragment.Rows;

    public int Lines => RowMajor ? Fragment.Rows : Fragment.Columns;

    public int LineBytes => Line * Fragment.Bits / 8;
}
