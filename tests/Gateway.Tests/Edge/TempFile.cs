namespace Gateway.Tests.Edge;

/// <summary>A file that is gone after the test.</summary>
internal sealed class TempFile : IDisposable
{
    public TempFile(byte[] content) => File.WriteAllBytes(Path, content);

    public TempFile(string content) => File.WriteAllText(Path, content);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ssegateway-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(Path);
}
