namespace SseGateway.Hosting.Access;

/// <summary>
/// A file that is written at its end and can be opened again while it is, since somebody has moved it away. One thread writes; any may ask for the other.
/// </summary>
internal sealed class ReopenedFile : Stream
{
    private readonly string _path;
    private FileStream? _file;
    private volatile bool _asked;
    private bool _withinBatch;

    /// <param name="path">Not touched before it is opened.</param>
    public ReopenedFile(string path) => _path = path;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens it before there is anything to write; else the first line does.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public void Open() => _file = AppendedFile.Open(_path);

    /// <summary>Tells whether it could be opened, and makes no file.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public void Check() => AppendedFile.Check(_path);

    /// <summary>The next batch of lines, which may be empty, goes to whatever has the file's name then.</summary>
    public void Reopen() => _asked = true;

    // Lines come in batches, with a flush behind each: the file is changed between two of them, and no line is parted.
    public override void Flush()
    {
        _withinBatch = false;
        if (_asked)
        {
            OpenAgain();
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            // A batch without lines, as at the end of who has only judged the settings: no reason to make a file.
            return;
        }

        if (!_withinBatch)
        {
            if (_asked || _file is null)
            {
                OpenAgain();
            }

            _withinBatch = true;
        }

        _file!.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void OpenAgain()
    {
        var next = AppendedFile.Open(_path);
        _asked = false;
        _file?.Dispose();
        _file = next;
    }
}
