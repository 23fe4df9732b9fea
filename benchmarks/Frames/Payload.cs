using System.Text;

namespace Benchmarks.Frames;

/// <summary>Data of events as they are: JSON text, ASCII, without line ends but where lines are asked for.</summary>
internal static class Payload
{
    /// <summary>The bytes of a frame that are not data: those of its type and id, which are the same in all benchmarks, and of one data line.</summary>
    public const int Around = 32;

    /// <param name="bytes">Its length, line ends included.</param>
    /// <param name="lines">Into how many lines it is cut, all alike.</param>
    public static string Of(int bytes, int lines)
    {
        var text = new StringBuilder(bytes);
        while (text.Length < bytes)
        {
            text.Append("{\"user\":\"ada\",\"text\":\"hello there\",\"n\":42} ");
        }

        text.Length = bytes;
        for (var line = 1; line < lines; line++)
        {
            text[bytes * line / lines] = '\n';
        }

        return text.ToString();
    }

    /// <summary>A stream of such events, each with an id and a type.</summary>
    public static byte[] Stream(int events, int bytes)
    {
        var stream = new StringBuilder();
        for (var i = 0; i < events; i++)
        {
            stream.Append("event: chat\nid: ").Append(1_000_000 + i).Append("\ndata: ").Append(Of(bytes, 1)).Append("\n\n");
        }

        return Encoding.UTF8.GetBytes(stream.ToString());
    }
}
