using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using Xunit;

namespace Dialects.Tests.Running;

/// <summary>
/// The packages of Node/package-lock.json, as npm restores them: once for all clones of one user, as NuGet's are (178 MB, 20 to 30 s).
/// </summary>
internal static class NodePackages
{
    private static readonly Lazy<Task<string>> Restored = new(RestoreAsync);

    /// <summary>
    /// The folder with the tests' modules and the packages. Where npm or its packages are not to be had the test is skipped; with <c>CI=true</c> it fails.
    /// </summary>
    public static async Task<string> FolderAsync()
    {
        try
        {
            return await Restored.Value;
        }
        catch (Exception missing) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip($"No packages for Node: {missing.Message}");
            throw;
        }
    }

    private static async Task<string> RestoreAsync()
    {
        var sources = Metadata("NodeSources");
        var wanted = await File.ReadAllBytesAsync(Path.Combine(sources, "package-lock.json"));
        var name = "node-" + Convert.ToHexStringLower(SHA256.HashData(wanted))[..12];
        var ofTheUser = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        var packages = Path.Combine(ofTheUser, "sse-gateway-tests", name);
        if (!Directory.Exists(packages))
        {
            // Whole or not at all, whoever else restores at the same time.
            var unfinished = Directory.CreateDirectory($"{packages}.{Environment.ProcessId}").FullName;
            foreach (var file in new[] { "package.json", "package-lock.json", ".npmrc" })
            {
                File.Copy(Path.Combine(sources, file), Path.Combine(unfinished, file));
            }

            await RunNpmAsync(unfinished);
            try
            {
                Directory.Move(unfinished, packages);
            }
            catch (IOException) when (Directory.Exists(packages))
            {
                Directory.Delete(unfinished, recursive: true);
            }
        }

        // The modules are this clone's.
        var folder = Directory.CreateDirectory(Path.Combine(Metadata("NodeModules"), name)).FullName;
        var link = Path.Combine(folder, "node_modules");
        if (!Directory.Exists(link))
        {
            Directory.CreateSymbolicLink(link, Path.Combine(packages, "node_modules"));
        }

        foreach (var module in Directory.EnumerateFiles(sources, "*.mjs"))
        {
            File.Copy(module, Path.Combine(folder, Path.GetFileName(module)), overwrite: true);
        }

        return folder;
    }

    private static async Task RunNpmAsync(string folder)
    {
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--prefer-offline", "--no-progress"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = await npm.StandardError.ReadToEndAsync();
        await output;
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci ended with {npm.ExitCode}: {errors}");
        }
    }

    private static string Metadata(string key) =>
        typeof(NodePackages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
