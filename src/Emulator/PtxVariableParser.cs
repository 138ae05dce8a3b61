using System.Buffers.Binary;

namespace Robustness.Emulator;

/// <summary>Reads declarations of variables and parameters with their initialisers.</summary>
internal static class PtxVariableParser
{
    private const long LargestVariable = 1L << 31;

    /// <summary>
    /// What follows the space: alignment, vector, type, name, extents, initialiser.
    /// </summary>
    public static PtxVariable Read(PtxCursor cursor, PtxSpace space)
    {
        int alignment = 0;
        int vector = 1;
        PtxType? type = null;
        while (cursor.Current is { Kind: PtxTokenKind.Word } token && token.Text[0] == '.')
        {
            cursor.Take();
            string word = token.Text[1..];
            if (word == "align")
            {
                alignment = (int)cursor.Integer(1, 4096);
            }
            else if (word is "v2" or "v4" or "v8")
            {
                vector = word[1] - '0';
            }
            else if (word is "ptr" or "global" or "const" or "shared" or "local")
            {
                continue;
            }
            else if (word is "attribute")
            {
                SkipParentheses(cursor);
            }
            else if (
                PtxTypes.TryParse(word, out PtxType found)
                && type is null
                && found <= PtxType.B128
            )
            {
                type = found;
            }
            else
            {
                throw new PtxException(token.Line, token.Text, "not a type");
            }
        }
        int line = cursor.Current.Line;
        var variable = new PtxVariable(
            cursor.Word("a variable's name"),
            space,
            type ?? throw cursor.Fail("a type expected before the name"),
            line
        );
        int element = Math.Max(PtxTypes.Size(variable.Type), 1) * vector;
        variable.Alignment = alignment > 0 ? alignment : element;
        variable.Bytes = element * Extents(cursor, element);
        if (cursor.TryTake("="))
        {
            ReadInitial(cursor, variable, element / vector);
        }
        return variable;
    }

    private static long Extents(PtxCursor cursor, int element)
    {
        long count = 1;
        while (cursor.TryTake("["))
        {
            if (cursor.TryTake("]"))
            {
                count = 0;
                continue;
            }
            long extent = cursor.Integer(0, LargestVariable);
            count *= extent;
            if (count * element > LargestVariable)
            {
                throw cursor.Fail($"a variable has at most {LargestVariable} bytes");
            }
            cursor.Expect("]");
        }
        return count;
    }

    private static void ReadInitial(PtxCursor cursor, PtxVariable variable, int size)
    {
        var bytes = new List<byte>();
        ReadValue(cursor, variable, size, bytes, 0);
        if (variable.Bytes == 0)
        {
            variable.Bytes = bytes.Count;
        }
        if (bytes.Count > variable.Bytes)
        {
            throw new PtxException(variable.Line, variable.Name, "the initial value is too long");
        }
        var initial = new byte[variable.Bytes];
        bytes.CopyTo(initial);
        variable.Initial = initial;
    }

    private static void ReadValue(
        PtxCursor cursor,
        PtxVariable variable,
        int size,
        List<byte> bytes,
        int depth
    )
    {
        if (cursor.TryTake("{"))
        {
            if (depth == 16)
            {
                throw cursor.Fail("an initial value nests deeper than 16");
            }
            while (!cursor.TryTake("}"))
            {
                ReadValue(cursor, variable, size, bytes, depth + 1);
                if (!cursor.Current.Is("}"))
                {
                    cursor.Expect(",");
                }
            }
            return;
        }
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(
            value,
            ReadScalar(cursor, variable, size, bytes.Count)
        );
        for (int i = 0; i < size; i++)
        {
            bytes.Add(i < 8 ? value[i] : (byte)0);
        }
    }

    private static ulong ReadScalar(PtxCursor cursor, PtxVariable variable, int size, int offset)
    {
        if (cursor.Current.Kind == PtxTokenKind.Word)
        {
            string name = cursor.Take().Text;
            bool generic = name == "generic" && cursor.TryTake("(");
            if (generic)
            {
                name = cursor.Word("a symbol");
            }
            long addend = cursor.TryTake("+") ? cursor.Integer(long.MinValue, long.MaxValue) : 0;
            if (generic)
            {
                cursor.Expect(")");
                addend += cursor.TryTake("+") ? cursor.Integer(long.MinValue, long.MaxValue) : 0;
            }
            variable.References.Add(new PtxReference(offset, size, name, addend, generic));
            return 0;
        }
        bool negative = cursor.TryTake("-");
        PtxOperand number = cursor.Number();
        ulong bits = PtxImmediate.Bits(number, negative, variable.Type);
        return bits;
    }

    public static void SkipParentheses(PtxCursor cursor)
    {
        cursor.Expect("(");
        while (!cursor.TryTake(")"))
        {
            if (cursor.Take().Kind == PtxTokenKind.End)
            {
                throw cursor.Fail("')' expected");
            }
        }
    }
}
