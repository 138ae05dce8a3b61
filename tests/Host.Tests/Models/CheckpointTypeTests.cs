using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Numerics;

namespace Robustness.Tests.Models;

/// <summary>Element types of checkpoints: the field of config.json and the tensors.</summary>
[TestFixture]
public sealed class CheckpointTypeTests
{
    [TestCase("torch_dtype", "bfloat16", Precision.Bf16)]
    [TestCase("dtype", "bfloat16", Precision.Bf16)]
    [TestCase("torch_dtype", "float32", Precision.F32)]
    [TestCase("torch_dtype", "float16", Precision.F32)]
    [TestCase("torch_dtype", null, Precision.F32)]
    public void TheFieldOfPublishedModelsIsRead(string field, string? type, Precision precision)
    {
        using var folder = new TemporaryFolder();
        Save(folder, Precision.F32);
        Change(folder, field, type);

        Assert.That(Checkpoint.LoadConfig(folder.Path).Precision, Is.EqualTo(precision));
    }

    [TestCase(
        "\"bfloat61\"",
        "is \"bfloat61\"; allowed is one of float32, float16, bfloat16. " + "Did you mean bfloat16?"
    )]
    [TestCase("\"int8\"", "is \"int8\"; allowed is one of float32, float16, bfloat16.")]
    [TestCase("16", "is 16; allowed is one of float32, float16, bfloat16.")]
    public void AnotherTypeIsNamedWithTheNearest(string value, string fault)
    {
        using var folder = new TemporaryFolder();
        Save(folder, Precision.F32);
        Change(folder, "torch_dtype", JsonNode.Parse(value));
        string path = Path.Combine(folder.Path, Checkpoint.ConfigFile);

        Assert.That(
            () => Checkpoint.LoadConfig(folder.Path),
            Throws
                .TypeOf<InvalidDataException>()
                .With.Message.EqualTo($"{path}: field torch_dtype {fault}")
        );
    }

    [Test]
    public void AnF32ModelsFilesSayNothingOfPrecision()
    {
        using var folder = new TemporaryFolder();
        Save(folder, Precision.F32);
        string config = File.ReadAllText(Path.Combine(folder.Path, Checkpoint.ConfigFile));
        var tensors = Safetensors.Read(Path.Combine(folder.Path, Checkpoint.WeightsFile));

        Assert.That(config, Does.Not.Contain("dtype"));
        Assert.That(tensors.Values.Select(t => t.Type), Is.All.EqualTo(DataType.Float32));
    }

    // A file as others write it: BF16 beside F32, other order, metadata.
    [Test]
    public void Bf16TensorsOfOthersAreTheirValues()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Of("x.safetensors");
        const string header =
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,3], """
            + """ "data_offsets":[4,16]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        ushort[] stored = [0x3F80, 0xC040, 0x0001, 0x7F80, 0x7FC0, 0x8000];
        using (var file = new BinaryWriter(File.Create(path)))
        {
            file.Write((long)header.Length);
            file.Write(header.ToCharArray());
            file.Write(0.1f);
            foreach (ushort bits in stored)
            {
                file.Write(bits);
            }
        }
        var read = Safetensors.Read(path);

        Assert.That(read["a"].Values, Is.EqualTo((float[])[0.1f]));
        Assert.That(read["b"].Shape, Is.EqualTo((int[])[2, 3]));
        Assert.That(
            Array.ConvertAll(read["b"].Values, BitConverter.SingleToUInt32Bits),
            Is.EqualTo(Array.ConvertAll(stored, bits => (uint)bits << 16))
        );
    }

    [Test]
    public void RoundedF32TensorsGiveTheModelOfBf16Ones()
    {
        using var f32 = new TemporaryFolder();
        using var bf16 = new TemporaryFolder();
        Save(f32, Precision.F32);
        Change(f32, "torch_dtype", "bfloat16");
        Save(bf16, Precision.Bf16);
        using var backend = TinyModel.Backend();
        using var wide = Checkpoint.Load(backend, f32.Path);
        using var narrow = Checkpoint.Load(backend, bf16.Path);

        foreach (var (ours, theirs) in wide.Weights.All.Zip(narrow.Weights.All))
        {
            Assert.That(
                Array.ConvertAll(wide.Export(ours), v => BFloat16.FromSingle(v).ToSingle()),
                Is.EqualTo(narrow.Export(theirs)),
                ours.Name
            );
        }
        Assert.That(wide.Config, Is.EqualTo(narrow.Config));
    }

    private static void Save(TemporaryFolder folder, Precision precision)
    {
        using var backend = TinyModel.Backend();
        var config = TinyModel.Config with { Precision = precision };
        using var model = TinyModel.Create(backend, config);
        Checkpoint.Save(folder.Path, model);
    }

    private static void Change(TemporaryFolder folder, string field, JsonNode? value)
    {
        string path = Path.Combine(folder.Path, Checkpoint.ConfigFile);
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json[field] = value;
        File.WriteAllText(path, json.ToJsonString());
    }
}
