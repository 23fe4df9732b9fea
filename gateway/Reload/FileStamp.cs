namespace SseGateway.Reload;

/// <summary>By what a changed file is known.</summary>
internal readonly record struct FileStamp(string Path, DateTime Written, long Length)
{
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                // Most files of settings are never there, and to ask where one leads would throw, each second.
                return new(path, default, 0);
            }

            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Exists ? new(file.FullName, file.LastWriteTimeUtc, file.Length) : new(path, default, 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A link that leads nowhere, while it is being replaced.
            return new(path, default, 0);
        }
    }
}
