using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SseGateway.Configuration.Reading;

namespace SseGateway.Edge.Tickets.Sealed;

/// <summary>
/// Seals what a ticket says into the ticket, so that whoever has the key can read it and nobody else can read or make one: AES-256-GCM, with a key of its own
/// for each ticket (HKDF-SHA256 of the shared one and 24 random bytes), so that no nonce comes twice.
/// </summary>
/// <param name="key">Shared by the fleet.</param>
internal sealed class TicketSeal(SecretBytes key)
{
    /// <summary>What still fits into a request line beside path and query, which servers and proxies bound at 8 KB.</summary>
    public const int MostCharacters = 4096;

    private const byte Version = 1;
    private const int SaltBytes = 24;
    private const int HeadBytes = 1 + SaltBytes;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    // Of what is unpacked; only what this fleet has sealed gets that far.
    private const int MostBytes = 64 * 1024;

    private static readonly byte[] Purpose = Encoding.ASCII.GetBytes("sse-gateway ticket");
    private static readonly byte[] Nonce = new byte[12];

    /// <returns>Null when it is too long for a URL.</returns>
    public Ticket? Seal(SealedTicket ticket)
    {
        var said = Pack(JsonSerializer.SerializeToUtf8Bytes(ticket));
        var bytes = new byte[HeadBytes + said.Length + TagBytes];
        bytes[0] = Version;
        RandomNumberGenerator.Fill(bytes.AsSpan(1, SaltBytes));
        using var aes = Cipher(bytes);
        aes.Encrypt(Nonce, said, bytes.AsSpan(HeadBytes, said.Length), bytes.AsSpan(HeadBytes + said.Length), bytes.AsSpan(0, HeadBytes));
        var text = Base64Url.EncodeToString(bytes);
        return text.Length <= MostCharacters ? Ticket.Of(text) : null;
    }

    /// <returns>Null for what nobody with the key has sealed, bit for bit.</returns>
    public SealedTicket? Open(Ticket ticket)
    {
        var text = ticket.Reveal();
        if (text.Length > MostCharacters || !Base64Url.IsValid(text))
        {
            return null;
        }

        // One spelling each: what a ticket has been used for is known by its spelling.
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < HeadBytes + TagBytes || bytes[0] != Version || Base64Url.EncodeToString(bytes) != text)
        {
            return null;
        }

        var said = new byte[bytes.Length - HeadBytes - TagBytes];
        using var aes = Cipher(bytes);
        try
        {
            aes.Decrypt(Nonce, bytes.AsSpan(HeadBytes, said.Length), bytes.AsSpan(HeadBytes + said.Length), said, bytes.AsSpan(0, HeadBytes));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return JsonSerializer.Deserialize<SealedTicket>(Unpack(said));
    }

    private AesGcm Cipher(ReadOnlySpan<byte> bytes)
    {
        Span<byte> derived = stackalloc byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Reveal(), derived, bytes.Slice(1, SaltBytes), Purpose);
        return new AesGcm(derived, TagBytes);
    }

    private static byte[] Pack(byte[] said)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(said);
        }

        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        var said = new byte[MostBytes];
        return said[..brotli.ReadAtLeast(said, MostBytes, throwOnEndOfStream: false)];
    }
}
