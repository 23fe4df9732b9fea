namespace Gateway.Tests.Running;

/// <summary>Files for settings that name one; removed with the process.</summary>
internal static class TemporaryFile
{
    private static readonly DirectoryInfo Folder = Directory.CreateTempSubdirectory("gateway-tests-");

    static TemporaryFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Delete(recursive: true);

    /// <summary>Writes a new file and gives its path.</summary>
    public static string Write(string text)
    {
        var path = Path.Combine(Folder.FullName, Path.GetRandomFileName());
        File.WriteAllText(path, text);
        return path;
    }
}
