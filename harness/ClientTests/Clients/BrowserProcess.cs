using System.ComponentModel;
using System.Diagnostics;

namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>A browser without a window, with a profile of its own that is deleted afterwards. Takes the arguments of Chromium.</summary>
internal sealed class BrowserProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _profile;

    private BrowserProcess(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    /// <exception cref="ClientSetupException">It cannot be started.</exception>
    public static BrowserProcess Start(string program, string url)
    {
        var profile = Directory.CreateTempSubdirectory("sse-harness-browser-");
        try
        {
            var start = new ProcessStartInfo(program,
                ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-timer-throttling",
                $"--user-data-dir={profile.FullName}", url])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            var process = Process.Start(start)!;
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            return new BrowserProcess(process, profile);
        }
        catch (Win32Exception failure)
        {
            profile.Delete(recursive: true);
            throw new ClientSetupException($"{program}: {failure.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // One of its processes still writes there: it is in the system's folder for such things.
        }
    }
}
