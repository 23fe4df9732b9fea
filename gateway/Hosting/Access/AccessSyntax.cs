using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SseGateway.Configuration.Settings.Access;
using SseGateway.Transport.Http;

namespace SseGateway.Hosting.Access;

/// <summary>The spellings of a line of the access log. No secret and no query is in an entry, and no subject is written as it is.</summary>
internal static class AccessSyntax
{
    // Enough to tell all subjects of a service apart.
    private const int HashBytes = 8;

    public static StringBuilder Write(in AccessEntry entry, AccessLogFormat format) =>
        (format == AccessLogFormat.Json ? Json(entry) : Combined(entry)).Append('\n');

    /// <summary>What stands for a subject: whoever knows it finds its lines.</summary>
    public static string Hash(string subject) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)).AsSpan(0, HashBytes));

    private static StringBuilder Json(in AccessEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", entry.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("kind", entry.Kind);
            WriteText(json, "stream", entry.Id);
            WriteText(json, "address", entry.Address);
            WriteText(json, "subject", entry.Subject is { } subject ? Hash(subject) : null);
            json.WriteString("method", entry.Trace.Method);
            json.WriteString("path", entry.Path);
            json.WriteString("protocol", entry.Trace.Protocol);
            json.WriteNumber("status", entry.Status);
            WriteText(json, "route", entry.Route);
            WriteText(json, "cluster", entry.Trace.Cluster);
            WriteText(json, "destination", entry.Trace.Destination);
            json.WriteNumber("seconds", Math.Round(entry.Duration.TotalSeconds, 3));
            WriteNumber(json, "frames", entry.Frames);
            WriteNumber(json, "bytes", entry.Bytes);
            WriteText(json, "reason", entry.Reason);
            WriteText(json, "agent", entry.Trace.Agent == LogText.None ? null : entry.Trace.Agent);
            json.WriteEndObject();
        }

        return new StringBuilder(Encoding.UTF8.GetString(buffer.WrittenSpan), buffer.WrittenCount + 1);
    }

    private static StringBuilder Combined(in AccessEntry entry)
    {
        var trace = entry.Trace;
        return new StringBuilder(256).Append(CultureInfo.InvariantCulture,
            $"{Or(entry.Address)} - {(entry.Subject is { } subject ? Hash(subject) : LogText.None)} [{entry.Time.UtcDateTime:dd/MMM/yyyy:HH:mm:ss} +0000] "
            + $"\"{Quoted(trace.Method)} {Quoted(entry.Path)} {trace.Protocol}\" {entry.Status} "
            + $"{entry.Bytes?.ToString(CultureInfo.InvariantCulture) ?? LogText.None} "
            + $"\"{Quoted(trace.Referer)}\" \"{Quoted(trace.Agent)}\"");
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static string Or(string text) => text.Length == 0 ? LogText.None : text;

    private static string Quoted(string text) => text.AsSpan().ContainsAny('"', '\\') ? text.Replace("\\", @"\\").Replace("\"", "\\\"") : text;
}
