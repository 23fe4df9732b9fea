using System.Text;
using SseGateway.Harness.Commands.Options;

namespace SseGateway.Harness.Reports;

/// <summary>A file that was asked for.</summary>
internal static class ReportFile
{
    /// <summary>Writes it whole, in UTF-8, and makes its folder when there is none.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static async Task WriteAsync(string file, string text)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            await File.WriteAllTextAsync(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write {file}: {failure.Message}");
        }
    }
}
