using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>A case uploaded to a backend, its cache written, ready to run.</summary>
public sealed class AttentionLaunch : IDisposable
{
    private readonly IBackend _backend;
    private readonly AttentionCase _case;
    private readonly Arena _arena;
    private readonly KeyValueCache _cache;
    private readonly Tensor _q,
        _k,
        _v,
        _dO,
        _o,
        _lse,
        _dQ,
        _dK,
        _dV;

    public AttentionLaunch(IBackend backend, AttentionCase of)
    {
        (_backend, _case, _arena) = (backend, of, new Arena(backend));
        int length = AttentionCase.SlotLength;
        _cache = new KeyValueCache(backend, 2, of.SlotCount, length, of.KeyHeads, of.Size);
        var prefixes = new Segments();
        for (int slot = 0; slot < of.SlotCount; slot++)
        {
            prefixes.Add(length, 0, slot);
        }
        var keys = Upload(of.CachedKey, of.KeyWidth);
        backend.CacheWrite(_cache, 1, keys, Upload(of.CachedValue, of.KeyWidth), prefixes);
        (_q, _dO) = (Upload(of.Query, of.QueryWidth), Upload(of.DOutput, of.QueryWidth));
        (_k, _v) = (Upload(of.Key, of.KeyWidth), Upload(of.Value, of.KeyWidth));
        (_o, _dQ) = (_arena.Allocate(_q.Shape), _arena.Allocate(_q.Shape));
        (_dK, _dV) = (_arena.Allocate(_k.Shape), _arena.Allocate(_k.Shape));
        _lse = _arena.Allocate(_q.Shape.Rows, of.Heads);
    }

    public float[] Output => Download(_o);
    public float[] LogSumExp => Download(_lse);
    public float[] DQuery => Download(_dQ);
    public float[] DKey => Download(_dK);
    public float[] DValue => Download(_dV);

    public AttentionLaunch Forward()
    {
        var of = _case;
        _backend.AttentionForward(_o, _lse, _q, _k, _v, of.Segments, of.Rows, _cache, 1, of.Size);
        return this;
    }

    public AttentionLaunch Backward()
    {
        var of = _case;
        _backend.AttentionBackward(
            _dQ,
            _dK,
            _dV,
            _dO,
            _o,
            _lse,
            _q,
            _k,
            _v,
            of.Segments,
            of.Rows,
            _cache,
            1,
            of.Size
        );
        return this;
    }

    public void Dispose()
    {
        _cache.Dispose();
        _arena.Dispose();
    }

    private Tensor Upload(float[] values, int width)
    {
        var tensor = _arena.Allocate(values.Length / width, width);
        _backend.Upload<float>(tensor, values);
        return tensor;
    }

    private float[] Download(Tensor tensor)
    {
        var values = new float[tensor.Count];
        _backend.Download<float>(values, tensor);
        return values;
    }
}
