namespace Robustness.Interop;

// Handles of the driver API: opaque words of the address width, typed so that they do not mix.

/// <summary>Address in device memory, in bytes; 0 is null.</summary>
public readonly record struct CUdeviceptr(ulong Pointer)
{
    public static CUdeviceptr operator +(CUdeviceptr address, ulong bytes) =>
        new(address.Pointer + bytes);

    public CUdeviceptr Add(ulong bytes) => this + bytes;
}

/// <summary>Ordinal handle of a device.</summary>
public readonly record struct CUdevice(int Ordinal);

/// <summary>A device's context.</summary>
public readonly record struct CUcontext(nint Pointer);

/// <summary>Loaded PTX or cubin.</summary>
public readonly record struct CUmodule(nint Pointer);

/// <summary>Kernel of a module.</summary>
public readonly record struct CUfunction(nint Pointer);

/// <summary>Queue of work; the default value is the legacy default stream.</summary>
public readonly record struct CUstream(nint Pointer);

/// <summary>Mark in a stream.</summary>
public readonly record struct CUevent(nint Pointer);

/// <summary>Captured work, before instantiation.</summary>
public readonly record struct CUgraph(nint Pointer);

/// <summary>Instantiated graph.</summary>
public readonly record struct CUgraphExec(nint Pointer);
