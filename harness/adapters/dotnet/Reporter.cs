using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SseGateway.Harness.Adapters;

/// <summary>Prints what happens in a run, a JSON line each.</summary>
internal sealed class Reporter(string run)
{
    private const int MostData = 32 * 1024;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Lock Writing = new();
    private static readonly StreamWriter Output = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };

    /// <param name="type">Of the event.</param>
    /// <param name="data">All of it; a large one is told by length and hash.</param>
    /// <param name="id">Null where the library has none.</param>
    public void Event(string type, string data, string? id)
    {
        var line = new JsonObject { ["type"] = type };
        if (data.Length <= MostData)
        {
            line["data"] = data;
        }
        else
        {
            var bytes = Encoding.UTF8.GetBytes(data);
            (line["dataLength"], line["dataSha256"]) = (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }

        if (id is not null)
        {
            line["id"] = id;
        }

        Say(line);
    }

    public void Say(JsonObject line)
    {
        line["run"] = run;
        var text = line.ToJsonString(Json);
        lock (Writing)
        {
            Output.Write(text + "\n");
        }
    }
}
