using System.Buffers;

namespace SseGateway.Transport.Client;

/// <summary>What a writer has written and not yet flushed, in an array of the pool's; none while there is nothing.</summary>
/// <remarks>A mutable struct: keep it in a field, do not copy it. One thread at a time, but for <see cref="Abandon"/>.</remarks>
internal struct WrittenBytes
{
    // A typical event with the head of its chunk or frame fits; more doubles it.
    private const int LeastBytes = 1024;

    private byte[]? _array;

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    /// <summary>They themselves, until the next change.</summary>
    public readonly ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);

    /// <inheritdoc cref="Memory"/>
    public readonly ReadOnlySpan<byte> Span => _array.AsSpan(0, Length);

    /// <summary>Room behind them.</summary>
    /// <param name="sizeHint">For so many at least; one if it is less.</param>
    public Memory<byte> GetMemory(int sizeHint)
    {
        Reserve(sizeHint);
        return _array.AsMemory(Length);
    }

    /// <inheritdoc cref="GetMemory"/>
    public Span<byte> GetSpan(int sizeHint)
    {
        Reserve(sizeHint);
        return _array.AsSpan(Length);
    }

    /// <summary>Takes what has been written into the room.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There was no room for so many.</exception>
    public void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_array?.Length ?? 0) - Length);
        Length += bytes;
    }

    /// <summary>Puts others behind these, and leaves none of them there.</summary>
    public void Take(ref WrittenBytes others)
    {
        if (Length == 0 && _array is null)
        {
            (this, others) = (others, default);
            return;
        }

        others.Span.CopyTo(GetSpan(others.Length));
        Length += others.Length;
        others.Return();
    }

    /// <summary>Leaves nothing, and gives the array back.</summary>
    public void Return()
    {
        if (Interlocked.Exchange(ref _array, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        Length = 0;
    }

    /// <summary>
    /// Leaves nothing, and gives nothing back: an abort comes from any thread, and whoever has asked for room may still be writing into it, which by then
    /// would be another connection's.
    /// </summary>
    public void Abandon()
    {
        Length = 0;
        _array = null;
    }

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (_array is null)
        {
            _array = ArrayPool<byte>.Shared.Rent(Math.Max(needed, LeastBytes));
        }
        else if (_array.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _array.Length * 2));
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }
    }
}
