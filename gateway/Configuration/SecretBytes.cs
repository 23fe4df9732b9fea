namespace SseGateway.Configuration;

/// <summary>Key material. Prints as <c>***</c>, so that no log, exception or debugger line can show it by accident.</summary>
internal sealed class SecretBytes(byte[] value)
{
    private readonly byte[] _value = value;

    public int Length => _value.Length;

    /// <summary>The bytes themselves; not to be changed, kept longer than needed, or printed.</summary>
    public byte[] Reveal() => _value;

    public override string ToString() => "***";
}
