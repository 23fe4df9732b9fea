#:project ../../../protocol
#:property PublishAot=false

// This project's FrameWriter as a publisher under test. In the repository's root:
//   dotnet build harness/adapters/dotnet-framewriter/adapter.cs
//   dotnet run --project harness -- publisher --exec 'dotnet run --no-build harness/adapters/dotnet-framewriter/adapter.cs'

using System.Buffers;
using System.Text.Json;
using SseGateway.Protocol;

using var output = Console.OpenStandardOutput();
while (Console.In.ReadLine() is { } line)
{
    using var json = JsonDocument.Parse(line);
    var e = json.RootElement;
    string? Text(string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;
    var frame = new ArrayBufferWriter<byte>();
    try
    {
        if (Text("comment") is { } comment)
        {
            FrameWriter.WriteComment(frame, comment);
        }

        // What is no whole number does not fit the argument at all.
        int? retry = e.TryGetProperty("retry", out var value)
            ? value.ValueKind == JsonValueKind.Number ? value.GetInt32() : int.Parse(value.GetString()!) : null;
        if (Text("data") is { } data)
        {
            FrameWriter.WriteEvent(frame, data, Text("type"), Text("id"), retry);
        }
    }
    catch (Exception refused) when (refused is ArgumentException or FormatException)
    {
        continue;
    }

    output.Write(frame.WrittenSpan);
}
