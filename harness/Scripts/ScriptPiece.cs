using System.Globalization;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Scripts;

/// <summary>Bytes, once or many times.</summary>
internal sealed record ScriptPiece
{
    /// <summary>C-escaped as in the catalogue; <c>{n}</c> is the number of the repetition.</summary>
    public string? Text { get; init; }

    public string? Hex { get; init; }

    public string? Base64 { get; init; }

    public int Times { get; init; } = 1;

    /// <summary>The first number.</summary>
    public int From { get; init; }

    /// <summary>Leaves out so many bytes of the whole.</summary>
    public int Skip { get; init; }

    /// <summary>Takes so many bytes after those; null is all.</summary>
    public int? Take { get; init; }

    public byte[] ToBytes()
    {
        var all = All();
        return Skip == 0 && Take is null ? all : all[Skip..(Take is { } take ? Skip + take : all.Length)];
    }

    private byte[] All()
    {
        if (Text is { } text && text.Contains("{n}", StringComparison.Ordinal))
        {
            var numbered = Enumerable.Range(From, Times).Select(n => text.Replace("{n}", n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            return Bytes.Unescape(string.Concat(numbered));
        }

        var once = Hex is not null ? Convert.FromHexString(Hex) : Base64 is not null ? Convert.FromBase64String(Base64) : Bytes.Unescape(Text ?? "");
        if (Times == 1)
        {
            return once;
        }

        var all = new byte[once.Length * Times];
        for (var i = 0; i < Times; i++)
        {
            once.CopyTo(all.AsSpan(i * once.Length));
        }

        return all;
    }
}
