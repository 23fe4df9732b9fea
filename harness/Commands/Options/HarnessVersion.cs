using System.Reflection;
using System.Runtime.InteropServices;

namespace SseGateway.Harness.Commands.Options;

/// <summary>What reports say of the harness itself.</summary>
internal static class HarnessVersion
{
    public static string Text { get; } =
        (typeof(HarnessVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

    /// <summary>System, cores and runtime.</summary>
    public static string Machine => $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}";
}
