using System.Text;

namespace SseGateway.Harness.Commands.Options;

/// <summary>The files that configure a target, as they go into the report.</summary>
internal static class TargetConfiguration
{
    private const long MostBytes = 64 * 1024;

    // What is the harness's own, and not the target's.
    private static readonly string[] Others = ["profile.json", "known.json"];

    /// <param name="path">A file, or a folder whose files are taken; null is none.</param>
    /// <returns>Texts by name; a file that is large or no text is left out.</returns>
    /// <exception cref="UsageException">There is nothing there, or it cannot be read.</exception>
    public static SortedDictionary<string, string>? Read(string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            string[] files = Directory.Exists(path) ? Directory.GetFiles(path) : [path];
            var texts = files.Where(file => !Others.Contains(Path.GetFileName(file)) && new FileInfo(file).Length <= MostBytes)
                .Select(file => (Name: Path.GetFileName(file), Text: Text(file))).Where(file => file.Text is not null)
                .ToDictionary(file => file.Name, file => file.Text!);
            return new SortedDictionary<string, string>(texts, StringComparer.Ordinal);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--configuration: {wrong.Message}");
        }
    }

    private static string? Text(string file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
