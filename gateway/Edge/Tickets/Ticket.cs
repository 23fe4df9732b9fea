using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SseGateway.Edge.Tickets;

/// <summary>A secret that stands for a credential in the URL of one stream. Prints as <c>***</c>.</summary>
internal sealed class Ticket
{
    private const int Bytes = 32;

    private readonly string _value;

    private Ticket(string value) => _value = value;

    /// <summary>A new one: 256 random bits in base64url, which needs no escape in a query.</summary>
    public static Ticket Create() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>What a client shows for one.</summary>
    public static Ticket Of(string shown) => new(shown);

    /// <summary>The secret itself, for the client it is issued to.</summary>
    public string Reveal() => _value;

    /// <summary>
    /// Its SHA-256 in hexadecimal: what is kept and looked up. Whoever reads the memory has no ticket, and how long the look-up takes says
    /// nothing about the tickets there are.
    /// </summary>
    public string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_value)));

    public override string ToString() => "***";
}
