using System.Globalization;
using System.Text;
using SseGateway.Streams.Revoking;

namespace SseGateway.Fleet.Revoking;

/// <summary>A revocation as the store has it, and as gateways tell each other.</summary>
internal static class RevocationWord
{
    /// <summary>The first letter of what is told.</summary>
    public const byte Kind = (byte)'R';

    private const char Key = 'k';
    private const char Subject = 's';

    /// <summary>What was revoked, without when.</summary>
    public static string Member(Revocation revocation) => (revocation.IsKey ? Key : Subject) + revocation.Name;

    /// <summary>In ms.</summary>
    public static long Score(Revocation revocation) => revocation.At.ToUnixTimeMilliseconds();

    /// <returns>Null for what is none.</returns>
    public static Revocation? Read(string member, double score) => member.Length > 1 && member[0] is Key or Subject && score is > 0 and < 1e14
        ? new Revocation(member[0] == Key, member[1..], DateTimeOffset.FromUnixTimeMilliseconds((long)score)) : null;

    /// <summary>The word for the whole fleet: kind, ms, a space, what.</summary>
    public static byte[] Tell(Revocation revocation) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(char)Kind}{Score(revocation)} {Member(revocation)}"));

    /// <returns>Null for what is no such word.</returns>
    public static Revocation? Hear(ReadOnlySpan<byte> word)
    {
        var space = word.IndexOf((byte)' ');
        return space > 1 && word[0] == Kind && long.TryParse(word[1..space], NumberStyles.None, CultureInfo.InvariantCulture, out var score)
            ? Read(Encoding.UTF8.GetString(word[(space + 1)..]), score) : null;
    }
}
