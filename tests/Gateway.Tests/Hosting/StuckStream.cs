using System.Text;

namespace Gateway.Tests.Hosting;

/// <summary>Takes nothing until it is told to.</summary>
internal sealed class StuckStream : MemoryStream
{
    private readonly ManualResetEventSlim _go = new();
    private readonly Lock _lock = new();

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return Encoding.UTF8.GetString(ToArray());
            }
        }
    }

    public void Go() => _go.Set();

    public override void Write(byte[] buffer, int offset, int count)
    {
        _go.Wait();
        lock (_lock)
        {
            base.Write(buffer, offset, count);
        }
    }
}
