using System.Text;

namespace Gateway.Tests.Hosting;

/// <summary>May not be written to the first time, as .NET says of a standard output that was closed before the program began.</summary>
internal sealed class ForbiddenStream : MemoryStream
{
    private readonly Lock _lock = new();
    private volatile bool _asked;

    public bool WasAsked => _asked;

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

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!_asked)
        {
            _asked = true;
            throw new UnauthorizedAccessException("Access to the path is denied.");
        }

        lock (_lock)
        {
            base.Write(buffer, offset, count);
        }
    }
}
