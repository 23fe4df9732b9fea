using System.Text;
using SseGateway.Transport.Http;

namespace SseGateway.Hosting.Logging;

/// <summary>
/// An exception as it may be printed. Its messages are often of bytes that somebody else has chosen (a status line, a field's name), and may hold what
/// begins a line or commands a terminal; only the lines of its stack are lines.
/// </summary>
internal sealed class ShownException(Exception exception) : Exception(LogText.Whole(exception.Message))
{
    public override string ToString() => Append(new StringBuilder(), exception).ToString();

    private static StringBuilder Append(StringBuilder text, Exception exception)
    {
        text.Append(exception.GetType()).Append(": ").Append(LogText.Whole(exception.Message));
        if (exception.InnerException is { } inner)
        {
            Append(text.AppendLine().Append(" ---> "), inner).AppendLine().Append("   --- End of inner exception stack trace ---");
        }

        return exception.StackTrace is { } stack ? text.AppendLine().Append(stack) : text;
    }
}
