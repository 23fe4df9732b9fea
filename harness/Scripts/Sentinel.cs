using System.Text;

namespace SseGateway.Harness.Scripts;

/// <summary>The event that ends a case, so that "nothing must arrive" is decided by order and not by time (catalogue, section 0.5).</summary>
internal static class Sentinel
{
    public const string Type = "sse-case-end";

    public static byte[] For(string id) => Encoding.ASCII.GetBytes($"event: {Type}\ndata: {id}\n\n");
}
