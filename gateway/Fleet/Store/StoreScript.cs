using System.Security.Cryptography;
using System.Text;

namespace SseGateway.Fleet.Store;

/// <summary>A script that the store runs as one step, known there by its SHA-1 once it has been loaded.</summary>
/// <remarks>
/// Never sent by its text: StackExchange.Redis sends the texts of scripts that were forgotten (SCRIPT FLUSH) again one by one, and runs those that were on
/// their way together in another order.
/// </remarks>
internal sealed class StoreScript
{
#pragma warning disable CA5350 // Redis' name for a script; it protects nothing.
    private StoreScript(string text) => (Text, Sha) = (text, SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350

    public string Text { get; }

    /// <summary>20 bytes.</summary>
    public byte[] Sha { get; }

    /// <param name="name">Of a file <c>.lua</c> that is built into the gateway.</param>
    /// <exception cref="InvalidOperationException">There is no such file.</exception>
    public static StoreScript Read(string name)
    {
        using var file = typeof(StoreScript).Assembly.GetManifestResourceStream(name + ".lua") ?? throw new InvalidOperationException($"No script {name}");
        using var reader = new StreamReader(file);
        return new StoreScript(reader.ReadToEnd());
    }
}
