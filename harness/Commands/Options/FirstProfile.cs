namespace SseGateway.Harness.Commands.Options;

/// <summary>A profile that is asked for and not there yet: it is written, with all that can be said in it.</summary>
internal static class FirstProfile
{
    /// <param name="path">Of the profile.</param>
    /// <param name="kind"><c>target</c> or <c>client</c>.</param>
    /// <exception cref="UsageException">It was not there. It is now, or it cannot be written.</exception>
    public static void WriteWhereMissing(string? path, string kind)
    {
        if (path is null || Path.Exists(path))
        {
            return;
        }

        try
        {
            File.WriteAllText(path, Template(kind));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--profile: {wrong.Message}");
        }

        throw new UsageException($"--profile: {path} was not there, and is now: take the // away before what is so, and run this again");
    }

    public static string Template(string kind)
    {
        using var stream = typeof(FirstProfile).Assembly.GetManifestResourceStream($"profiles/{kind}.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
