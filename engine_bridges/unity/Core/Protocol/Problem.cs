using System;
using System.Collections.Generic;

namespace Importer.Bridge
{
    /// <summary>What is wrong, where, and what to do; codes are listed in docs/bridges.md.</summary>
    public sealed class Problem
    {
        public readonly string Code;
        public readonly string Where;
        public readonly string What;
        public readonly string Fix;

        /// <summary>A folder that is still being copied shows this too: look again before saying it.</summary>
        public readonly bool MayPass;

        public Problem(string code, string where, string what, string fix, bool mayPass = false)
        {
            Code = code;
            Where = where;
            What = what;
            Fix = fix;
            MayPass = mayPass;
        }

        public SortedDictionary<string, object> ToJson()
        {
            return new SortedDictionary<string, object>(StringComparer.Ordinal)
            {
                { "code", Code },
                { "where", Cut(Where, 1000) },
                { "what", Cut(What, 2000) },
                { "fix", Cut(Fix, 2000) },
            };
        }

        public override string ToString() => Code + ": " + Where + ": " + What + ". " + Fix;

        static string Cut(string text, int most) => text.Length > most ? text.Substring(0, most) : text;
    }

    /// <summary>A problem that stops work on one asset, or on everything where the configuration is wrong.</summary>
    public sealed class BridgeException : Exception
    {
        public readonly Problem Problem;

        public BridgeException(Problem problem)
            : base(problem.ToString())
        {
            Problem = problem;
        }

        public BridgeException(string code, string where, string what, string fix, bool mayPass = false)
            : this(new Problem(code, where, what, fix, mayPass))
        {
        }
    }
}
